package validate

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
)

// BenchmarkMatchAgainstRegexp runs each rule and its own expression on the same value in one run
// and reports how many times faster the matcher is. The matcher also checks length and encoding,
// which the expression does not. The bar is 8, without allocation.
func BenchmarkMatchAgainstRegexp(b *testing.B) {
	for _, c := range []struct {
		name    string
		rule    Rule
		profile Profile
		value   string
	}{
		{"login", Login, Strict, "unique@gmail.com"},
		{"login_unicode", Login, Strict, "łukasz.żółw@przykład.example"},
		{"name", PersonName, Strict, "Jean-Luc O'Brien"},
		{"name_unicode", PersonName, Strict, "Łukasz Żółw"},
		{"email", Email, Strict, "firstname.lastname@mail.example.com"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var expressions []*regexp.Regexp
			for _, expression := range strings.Split(c.rule.Pattern(c.profile), " && ") {
				expressions = append(expressions, regexp.MustCompile(expression))
			}
			// The sides take turns, and the best turn of each counts: somebody else's work on the
			// machine makes a turn slower, never faster.
			const turns = 20
			matches, searches := b.N/turns+1, b.N/turns/10+1 // the expression is that much slower
			matcher, expression := math.Inf(1), math.Inf(1)
			b.ReportAllocs()
			b.StopTimer()
			b.ResetTimer()
			for range turns {
				b.StartTimer()
				start := time.Now()
				for range matches {
					if !c.rule.Match(c.profile, c.value) {
						b.Fatal("refused")
					}
				}
				matcher = min(matcher, float64(time.Since(start))/float64(matches))
				b.StopTimer()
				start = time.Now()
				for range searches {
					for _, e := range expressions {
						if !e.MatchString(c.value) {
							b.Fatal("refused")
						}
					}
				}
				expression = min(expression, float64(time.Since(start))/float64(searches))
			}
			b.ReportMetric(expression/max(matcher, 1), "ratio")
		})
	}
}

// BenchmarkRefuseMebibyte refuses a mebibyte under every rule and profile. The bar is 1000 ns a
// refusal.
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
