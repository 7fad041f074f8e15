/// Finds where a service listens, in the order of AWS's SDKs.
struct EndpointResolver: Sendable {
  let environment: [String: String]
  let config: SharedConfig
  let profile: String

  /// - Throws: A `ConfigurationFault` where a configured address is none.
  func endpoint(of service: AWSService, region: String) throws(ConfigurationFault) -> Endpoint {
    if let (text, source) = configured(for: service) {
      guard let endpoint = Endpoint(text) else {
        throw ConfigurationFault(
          "the endpoint `\(text)` of \(source) is no address", help: "write it as http://127.0.0.1:4566")
      }
      return endpoint
    }
    let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    return Endpoint(host: "\(service.endpointPrefix).\(region).\(suffix)")
  }

  private func configured(for service: AWSService) -> (text: String, source: String)? {
    if isTrue(environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"])
      || isTrue(config.value("ignore_configured_endpoint_urls", ofProfile: profile))
    {
      return nil
    }
    for variable in ["AWS_ENDPOINT_URL_\(service.environmentKey)", "AWS_ENDPOINT_URL"] {
      if let text = environment[variable], !text.isEmpty { return (text, variable) }
    }
    if let section = config.value("services", ofProfile: profile),
      let text = config.endpoint(of: service.environmentKey.lowercased(), inServices: section)
    {
      return (text, "the services \(section)")
    }
    return config.value("endpoint_url", ofProfile: profile).map { ($0, "the profile \(profile)") }
  }

  private func isTrue(_ text: String?) -> Bool { text?.lowercased() == "true" }
}
