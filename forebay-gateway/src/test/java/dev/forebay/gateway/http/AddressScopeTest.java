package dev.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.JobsConfig;
import dev.forebay.config.Secret;
import dev.forebay.gateway.jobs.CallbackRules;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses count as private, in all the forms in which one can be written or carried. */
class AddressScopeTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, PRIVATE",
    "127.255.255.254, PRIVATE",
    "10.0.0.1, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "172.32.0.1, PUBLIC",
    "192.168.1.1, PRIVATE",
    "192.169.1.1, PUBLIC",
    "100.64.0.1, PRIVATE",
    "100.127.255.255, PRIVATE",
    "100.128.0.1, PUBLIC",
    "192.0.0.8, PRIVATE",
    "198.18.0.1, PRIVATE",
    "198.20.0.1, PUBLIC",
    "240.0.0.1, PRIVATE",
    "0.0.0.0, LINK",
    "0.1.2.3, LINK",
    "169.254.169.254, LINK",
    "224.0.0.1, LINK",
    "239.255.255.255, LINK",
    "255.255.255.255, LINK",
    "100.100.100.200, LINK",
    "168.63.129.16, LINK",
    "8.8.8.8, PUBLIC",
    // As programs in C read them.
    "2130706433, PRIVATE",
    "0177.0.0.1, PRIVATE",
    "0x7f.0.0.1, PRIVATE",
    "0X7F000001, PRIVATE",
    "017700000001, PRIVATE",
    "127.1, PRIVATE",
    "127.0.1, PRIVATE",
    "10.1, PRIVATE",
    "0, LINK",
    "0x, LINK",
    "127.0.0.1., PRIVATE",
    "127.000.000.001, PRIVATE",
    "2852039166, LINK",
    "0xa9fea9fe, LINK",
    "169.254.43518, LINK",
    "0251.0376.0251.0376, LINK",
    "134744072, PUBLIC",
    // Version 6.
    "::, LINK",
    "::1, PRIVATE",
    "0:0:0:0:0:0:0:1, PRIVATE",
    "fe80::1, LINK",
    "fe80::1%eth0, LINK",
    "ff02::1, LINK",
    "fc00::1, PRIVATE",
    "fdff::1, PRIVATE",
    "fec0::1, PRIVATE",
    "fd00:ec2::254, LINK",
    "fd20:ce::254, LINK",
    "100::1, PRIVATE",
    "2606:4700::1111, PUBLIC",
    // Mapped, compatible, translated.
    "::ffff:127.0.0.1, PRIVATE",
    "::ffff:7f00:1, PRIVATE",
    "0:0:0:0:0:ffff:a9fe:a9fe, LINK",
    "::ffff:8.8.8.8, PUBLIC",
    "::127.0.0.1, PRIVATE",
    "::7f00:1, PRIVATE",
    "::169.254.169.254, LINK",
    "::8.8.8.8, PRIVATE",
    "::ffff:0:127.0.0.1, PRIVATE",
    "::ffff:0:8.8.8.8, PRIVATE",
    // NAT64.
    "64:ff9b::127.0.0.1, PRIVATE",
    "64:ff9b::a9fe:a9fe, LINK",
    "64:ff9b::10.0.0.1, PRIVATE",
    "64:ff9b::100.64.0.1, PRIVATE",
    "64:ff9b::224.0.0.1, LINK",
    "64:ff9b::8.8.8.8, PUBLIC",
    "64:ff9b:1::8.8.8.8, PRIVATE",
    "64:ff9b:1::169.254.169.254, LINK",
    "64:ff9b:1:a9fe:a9:fe00::, LINK",
    // 6to4, Teredo, ISATAP.
    "2002:7f00:1::1, PRIVATE",
    "2002:a9fe:a9fe::, LINK",
    "2002:808:808::1, PRIVATE",
    "2001:0:808:808::, LINK",
    "2001:0:808:808:0:0:f7f7:f7f7, PRIVATE",
    "2001:0:808:808:0:0:5601:5601, LINK",
    "2001:0:a9fe:a9fe:0:0:f7f7:f7f7, LINK",
    "2606:4700::5efe:10.0.0.1, PRIVATE",
    "2606:4700::200:5efe:169.254.169.254, LINK",
    "2606:4700::5efe:8.8.8.8, PUBLIC",
  })
  void anAddressReachesNoFurtherThanWhatItCarries(String text, AddressScope scope) {
    assertThat(AddressScope.ofLiteral(text)).contains(scope);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "hooks.example.com",
        "999.1.1.1",
        "1.2.3.4.5",
        "4294967296",
        "127.16777216",
        "08.0.0.1",
        "0xfg",
        "1.2.3.256",
        "::g",
        ":::1",
        "1:2",
        ".:1",
        "",
        ".",
        "１２７.0.0.1",
      })
  void whatIsNoAddressHasNoScope(String text) {
    assertThat(AddressScope.ofLiteral(text)).isEmpty();
  }

  /** As long as a header may be. */
  @Test
  void aLongTextIsJudgedWithoutAStackThatGrowsWithIt() {
    assertThat(AddressScope.isOdd("0.".repeat(MalformedRequests.MAX_HEADER_BYTES / 2))).isTrue();
  }

  @Test
  void bytesOfANameAreJudgedAsThoseOfALiteral() throws Exception {
    CallbackRules rules = rules(false);
    InetAddress teredo = v6("20010000080808080000000056015601");
    InetAddress good = InetAddress.getByAddress(new byte[] {8, 8, 8, 8});

    assertThat(rules.pick(List.of(good))).contains(good);
    assertThat(rules.pick(List.of(good, teredo))).as("one of several").isEmpty();
    assertThat(rules.pick(List.of(v6("0000000000000000000000007f000001")))).isEmpty();
    assertThat(rules.pick(List.of())).isEmpty();
    assertThat(rules(true).pick(List.of(v6("0000000000000000000000007f000001")))).isPresent();
    assertThat(rules(true).pick(List.of(v6("0064ff9b0000000000000000a9fea9fe")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "https://[::127.0.0.1]/x | '::127.0.0.1' is a private address",
        "https://2130706433/x | '2130706433' is a private address",
        "https://2130706433:8443/x | '2130706433' is a private address",
        "https://0177.0.0.1/x | '0177.0.0.1' is a private address",
        "https://0x7f.1/x | '0x7f.1' is a private address",
        "https://0X7F000001/x | '0x7f000001' is a private address",
        "https://127.1/x | '127.1' is a private address",
        "https://127.0.0.1./x | '127.0.0.1.' is a private address",
        "https://[64:ff9b::a9fe:a9fe]/x | '64:ff9b::a9fe:a9fe' is a private address",
        "https://[fe80::1%25eth0]/x | 'fe80::1%25eth0' is a private address",
        "https://134744072/x | it is not a URL such as",
        "https://010.8.8.8/x | it is not a URL such as",
        "https://8.8.8.8.8/x | it is not a URL such as",
      })
  void aCallbackInAnOddFormIsRefused(String callback, String why) {
    assertThat(rules(false).judge(callback))
        .isInstanceOfSatisfying(
            CallbackRules.Denied.class,
            denied -> assertThat(denied.error().message()).contains(why));
  }

  private static CallbackRules rules(boolean privateNetwork) {
    return new CallbackRules(
        Optional.of(
            new JobsConfig.Callbacks(
                List.of("hooks.example.com", "134744072", "010.8.8.8", "8.8.8.8.8"),
                new Secret("secret"),
                privateNetwork)));
  }

  private static InetAddress v6(String hex) throws Exception {
    return InetAddress.getByAddress(HexFormat.of().parseHex(hex));
  }
}
