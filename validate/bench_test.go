package validate

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// BenchmarkMatchAgainstRegexp runs each rule and its own expression on the same value in one run and reports how
// many times faster the matcher is. The matcher also checks length and encoding, which the expression does not.
// The bar is 8, without allocation.
func BenchmarkMatchAgainstRegexp(b *testing.B) {
	for _, c := range []struct {
		name    string
		rule    Rule
		profile Profile
		value   string
	}{
		{"login", Login, Strict, "unique@gmail.com"},
		{"login_unicode", Login, Strict, "łukasz.żółw@przykład.example"},
		{"login_omnidesk", OmnideskName, Documented, "john.doe"},
		{"login_voximplant", VoximplantUserName, Documented, "agent_smith-1"},
		{"name", PersonName, Strict, "Jean-Luc O'Brien"},
		{"name_unicode", PersonName, Strict, "Łukasz Żółw"},
		{"name_omnidesk", OmnideskFirstName, Documented, "José María"},
		{"email", Email, Strict, "firstname.lastname@mail.example.com"},
		{"email_html", OmnideskEmail, Documented, "firstname.lastname@mail.example.com"},
		{"password", VoximplantUserPassword, Documented, "Tr0ub4dor&3"},
		{"password_long", VoximplantUserPassword, Documented, "correct Horse 7 battery!"},
		{"password_strict", VoximplantUserPassword, Strict, "correctHorse7battery!"},
		{"query", OmnideskQuery, Strict, "name@gmail.com"},
		{"date", LivePersonDate, Strict, "2015-06-22 19:20:03"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var expressions []*regexp.Regexp
			for _, expression := range strings.Split(c.rule.Pattern(c.profile), " && ") {
				expressions = append(expressions, regexp.MustCompile(expression))
			}
			n := b.N
			b.ReportAllocs()
			b.ResetTimer()
			start := time.Now()
			for range n {
				if !c.rule.Match(c.profile, c.value) {
					b.Fatal("refused")
				}
			}
			matcher := time.Since(start)
			b.StopTimer()
			// A tenth of the rounds keeps the benchmark short; the expression is that much slower.
			rounds := n/10 + 1
			start = time.Now()
			for range rounds {
				for _, expression := range expressions {
					if !expression.MatchString(c.value) {
						b.Fatal("refused")
					}
				}
			}
			expression := float64(time.Since(start)) / float64(rounds)
			b.ReportMetric(expression*float64(n)/float64(max(matcher, 1)), "ratio")
		})
	}
}

// BenchmarkRefuseMebibyte refuses a mebibyte under every rule and profile. The bar is 1000 ns a refusal.
func BenchmarkRefuseMebibyte(b *testing.B) {
	value := strings.Repeat("é", 1<<19)
	b.ReportAllocs()
	for b.Loop() {
		for r := Rule(1); r < numRules; r++ {
			if r.Match(Strict, value) || r.Match(Documented, value) {
				b.Fatal("taken")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(2*(int(numRules)-1)), "ns/refusal")
}

// BenchmarkKey makes each key of a value that is its own key already, and of one that is not.
func BenchmarkKey(b *testing.B) {
	for _, c := range []struct {
		name string
		key  func(string) (string, error)
		in   string
	}{
		{"login_canonical", LoginKey, "unique@gmail.com"},
		{"login_capitals", LoginKey, "Unique@Gmail.com"},
		{"login_unicode", LoginKey, "JOSÉ"},
		{"email_canonical", EmailKey, "name@gmail.com"},
		{"phone_canonical", PhoneKey, "+31201234567"},
		{"phone_written", PhoneKey, "+31 20 123 45 67"},
		{"language_canonical", LanguageTag, "en-GB"},
		{"language_locale", LanguageTag, "en_GB"},
		{"full_name_canonical", FullNameKey, "Jan de Boer"},
		{"fold_canonical", func(s string) (string, error) { return Fold(s), nil }, "jan de boer"},
		{"fold_unicode", func(s string) (string, error) { return Fold(s), nil }, "Łukasz Żółw"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.key(c.in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCurrencyByCode finds a currency.
func BenchmarkCurrencyByCode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if c, ok := CurrencyByCode("USD"); !ok || c.Digits != 2 {
			b.Fatal("not found")
		}
	}
}
