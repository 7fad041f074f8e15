import AWSTestSupport
import Foundation
import TaskCLI
import Testing

/// The page of a run in a browser.
@Suite(.enabled(if: Chromium.isThere), .timeLimit(.minutes(5))) struct ReportPageTests {
  private static let tasks = #"""
    version: 1
    tasks:
      a-task-with-a-name-that-is-as-long-as-names-of-tasks-get-in-platforms-of-many-teams:
        uses: exec
        with: { script: "printf '%0300d\n' 7; echo \"key=$(printf %0200d 8)\" > \"$UGC_OUTPUT\"", folder: /a/very/long/path/that/has/no/spaces/in/it/at/all/and/goes/on/and/on/for/ever }
      broken: { needs: [a-task-with-a-name-that-is-as-long-as-names-of-tasks-get-in-platforms-of-many-teams], uses: exec, with: { script: exit 1 } }
      all: { steps: [broken] }
    """#

  /// Looks at the page in frames as wide as a phone, a tablet and a screen.
  private static let frames = """
    <!doctype html><title>frames</title>
    <iframe style="width:360px;height:700px;border:0" src="r.html"></iframe>
    <iframe style="width:768px;height:700px;border:0" src="r.html"></iframe>
    <iframe style="width:1600px;height:700px;border:0" src="r.html"></iframe>
    <pre id="said"></pre>
    <script>
    const light = c => c.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
    const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
    onload = () => {
      const lines = [];
      for (const frame of document.querySelectorAll("iframe")) {
        const page = frame.contentDocument, root = page.documentElement;
        for (const part of page.querySelectorAll("details")) part.open = true;
        const style = frame.contentWindow.getComputedStyle(root);
        const colors = name => rgb(style.getPropertyValue(name).trim());
        const faint = ["--text", "--quiet", "--link", "--good", "--bad", "--dull"].filter(name =>
          ["--page", "--panel"].some(ground => contrast(colors(name), colors(ground)) < 4.5));
        lines.push([
          frame.clientWidth, root.scrollWidth > root.clientWidth ? "overflows" : "fits",
          page.querySelectorAll(".timeline .bar").length, page.querySelectorAll(".path li").length,
          page.querySelectorAll("details").length, style.getPropertyValue("--page").trim(), "faint:" + faint,
        ].join(" "));
      }
      said.textContent = lines.join("\\n");
    };
    </script>
    """

  @Test(arguments: [("light", "#ffffff"), ("dark", "#14171a")])
  func `it fits every width, and can be read`(scheme: String, page: String) async throws {
    let test = ToolTest(tasks: Self.tasks).realTime()
    let outcome = await test.run("run", "all", "-q", "--report", "html=r.html")
    #expect(outcome.status == .failed, "\(outcome.error)")
    test.folder.write("frames.html", Self.frames)
    let dom = try await Chromium.dom(of: "\(test.folder.path)/frames.html", isDark: scheme == "dark", test.folder)
    let said = dom.firstRange(of: #"<pre id="said">"#).map { dom[$0.upperBound...].prefix { $0 != "<" } }
    #expect(
      said == """
        360 fits 2 2 3 \(page) faint:
        768 fits 2 2 3 \(page) faint:
        1600 fits 2 2 3 \(page) faint:
        """, "\(dom.prefix(2000))")
  }
}

/// The browser, where this machine has one.
private enum Chromium {
  private static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  static var isThere: Bool { path != nil }

  /// The document of a page when its scripts have run.
  static func dom(of page: String, isDark: Bool, _ folder: TemporaryFolder) async throws -> String {
    let result = await onThread {
      Result {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = [
          "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-file-access-from-files",
          "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--user-data-dir=\(folder.path)/browser",
          "--virtual-time-budget=10000", "--dump-dom", "file://\(page)",
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path]
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
      }
    }
    return try result.get()
  }
}
