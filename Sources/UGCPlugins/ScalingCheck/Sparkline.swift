/// Values as columns of one line, with the least and the largest of them.
struct Sparkline: CustomStringConvertible {
  private static let columns = Array("▁▂▃▄▅▆▇█")

  let description: String

  /// - Parameters:
  ///   - values: The values; nil leaves a gap.
  ///   - unit: What follows a number.
  init(_ values: [Double?], unit: String) {
    let known = values.compactMap { $0 }
    guard let least = known.min(), let largest = known.max() else {
      description = "unknown"
      return
    }
    let scale = largest > least ? Double(Self.columns.count - 1) / (largest - least) : 0
    let line = values.map { value in value.map { Self.columns[Int((($0 - least) * scale).rounded())] } ?? " " }
    description = "\(String(line))  \(Int(least.rounded())) to \(Int(largest.rounded()))\(unit)"
  }
}
