import Testing

@testable import UGCPlatform

@Suite struct ItemLimitsTests {
  @Test(arguments: [
    "0", "-0.000e999999999", "1", "-12.50", "1e125", "9.9999E+125", "1e-130", "0.0001e-126",
    "12345678901234567890123456789012345678", "1.2345678901234567890123456789012345678000000",
    "100000000000000000000000000000000000000000",
  ])
  func `numbers that DynamoDB keeps fit`(text: String) {
    #expect(ItemLimits.fits(number: text))
  }

  @Test(arguments: [
    "1e126", "10e125", "1e-131", "0.1e-130", "123456789012345678901234567890123456789", "1e99999999999999999999",
    "1.23456789012345678901234567890123456789",
  ])
  func `others do not`(text: String) {
    #expect(!ItemLimits.fits(number: text))
  }
}
