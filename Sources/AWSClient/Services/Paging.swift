import Documents

extension ServiceClient {
  /// All pages of a JSON service's listing.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - members: The input.
  ///   - list: The key of the list in each page.
  ///   - most: After how many items no further page is asked for.
  /// - Returns: The items.
  /// - Throws: An `AWSError`.
  func items(
    _ operation: String, _ members: [JSONValue.Member], list: String, atMost most: Int = .max
  ) async throws(AWSError) -> [JSONValue] {
    var items: [JSONValue] = []
    var page: [JSONValue.Member] = []
    repeat {
      let output = try await json(operation, .object(members + page)).output
      items += output[list]?.items ?? []
      let next = output["NextToken"]?.string.flatMap { $0.isEmpty ? nil : [JSONValue.Member("NextToken", .string($0))] }
      // A service that gives a page twice would do so for ever.
      page = next == page ? [] : next ?? []
    } while !page.isEmpty && items.count < most
    return items
  }
}
