package password

import (
	"strings"
	"testing"
	"time"
)

// BenchmarkComposition compares a password that is accepted, which is what nearly every call sees,
// with the equivalent regular expressions, in one run.
func BenchmarkComposition(b *testing.B) {
	policy := Voximplant()
	c := Candidate{New: "Correct7-horse-battery"}
	if policy.Check(c) != nil || !matchesExpressions(c.New) {
		b.Fatal("the password is not accepted")
	}
	b.ReportAllocs()
	for b.Loop() {
		if policy.Check(c) != nil {
			b.Fatal("refused")
		}
	}
	own := float64(b.Elapsed()) / float64(b.N)
	b.StopTimer()
	start := time.Now()
	rounds := max(b.N/8, 1)
	for range rounds {
		if !matchesExpressions(c.New) {
			b.Fatal("refused")
		}
	}
	b.ReportMetric(float64(time.Since(start))/float64(rounds)/own, "ratio")
}

func BenchmarkMemorized(b *testing.B) {
	policy := Default()
	c := Candidate{New: "tea without sugar", Login: "agent1", Display: "John Smith", Email: "unique@gmail.com"}
	b.ReportAllocs()
	for b.Loop() {
		if policy.Check(c) != nil {
			b.Fatal("refused")
		}
	}
}

// BenchmarkMemorizedAtWorst judges what is most work to compare: long repetitive text, in letters
// that grow when folded.
func BenchmarkMemorizedAtWorst(b *testing.B) {
	policy := Default()
	for name, text := range map[string]string{"ascii": "a", "ligature": "\ufdfa"} {
		half := strings.Repeat(text, MaxBytes/2/len(text))
		c := Candidate{New: half + half, Login: half, Display: half + " " + half[:len(half)/2], Email: half}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if policy.Check(c) == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}

func BenchmarkRefuseMebibyte(b *testing.B) {
	policy := All(Voximplant(), LivePerson(), Default())
	c := Candidate{New: strings.Repeat("x", 1<<20)}
	for b.Loop() {
		if policy.Check(c) == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkHash(b *testing.B) {
	h, err := New()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "tea without sugar"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyUnknown reports how long an unknown user takes beside a wrong password: 1 is the
// promise.
func BenchmarkVerifyUnknown(b *testing.B) {
	h, err := New()
	if err != nil {
		b.Fatal(err)
	}
	hash, err := h.Hash(b.Context(), "tea without sugar")
	if err != nil {
		b.Fatal(err)
	}
	var known, unknown time.Duration
	for b.Loop() {
		start := time.Now()
		_, _, _ = h.Verify(b.Context(), hash, "tea with sugar")
		between := time.Now()
		_ = h.VerifyUnknown(b.Context(), "tea with sugar")
		known += between.Sub(start)
		unknown += time.Since(between)
	}
	b.ReportMetric(float64(unknown)/float64(known), "ratio")
}

func policies() map[string]Policy {
	return map[string]Policy{"Voximplant": Voximplant(), "Default": Default(), "LivePerson": LivePerson()}
}

func TestAcceptedPasswordsCostNoAllocation(t *testing.T) {
	c := Candidate{New: "Correct7-horse-battery", Login: "agent1", Display: "John Smith", Email: "unique@gmail.com"}
	for name, p := range policies() {
		if n := testing.AllocsPerRun(100, func() {
			if p.Check(c) != nil {
				t.Error("refused")
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// The bar is a microsecond. Best of many, so that a busy machine does not decide; looking at a
// mebibyte would take hundreds of times as long.
func TestAMebibyteIsRefusedWithoutLooking(t *testing.T) {
	c := Candidate{New: strings.Repeat("x", 1<<20)}
	for name, p := range policies() {
		best := time.Hour
		for range 1000 {
			start := time.Now()
			if p.Check(c) == nil {
				t.Fatal("accepted")
			}
			best = min(best, time.Since(start))
		}
		if best > 20*time.Microsecond {
			t.Errorf("%s takes %v", name, best)
		}
	}
}
