package differential

import (
	"strings"
	"time"
)

// Source makes the random choices of a run and reports its failure. A *rapid.T is nearly one.
type Source interface {
	// Draw returns a number from least to most. The less it is, the simpler is what follows.
	Draw(label string, least, most int64) int64
	// Fatalf ends the run as failed.
	Fatalf(format string, args ...any)
	Helper()
}

// words are texts that database engines often confuse, cut, fold or refuse.
var words = []string{
	"", "kim", "Kim", "KIM Park", "stra\u00dfe", "STRASSE", "a\x01b", "a\ufffd", "a\U0010ffff", "%_'\"\\", "\u00e9", "e\u0301", "\U0001F600x",
	"ab", "abc", "abcd", "a\x01bcd", "long long long long name", "\ufb01x", "\u212aim", "\u0130", "\u0131", "\u202eabc", "a\tb",
	"a\u0085b", "\ud7ff\ue000", strings.Repeat("\u00e9", 300),
}

// odd are ids that cannot be, ids at the ends of the blocks that memory has, and ids that a float64
// or 32 bits do not hold.
var odd = []int64{0, -1, 63, 64, 65, 4095, 4096, 4097, 1<<31 + 1, 1<<53 + 1, 1 << 62}

func (r *Run) number(label string, least, most int) int {
	return int(r.Draw(label, int64(least), int64(most)))
}

func (r *Run) yes(label string) bool { return r.Draw(label, 0, 1) == 1 }

// few returns a number from 0 to 4, so that equal values are frequent.
func (r *Run) few(label string) int { return r.number(label, 0, 4) }

// id returns an id from 1 to 12, or in one of eight cases one of odd.
func (r *Run) id(label string) int64 {
	if r.number("odd "+label, 0, 7) == 7 {
		return oneOf(r, label, odd...)
	}
	return r.Draw(label, 1, 12)
}

func (r *Run) word(label string) string { return oneOf(r, label, words...) }

// at returns the zero time, or a time in microseconds, the precision of the contract.
func (r *Run) at(label string) time.Time {
	if !r.yes(label + " is set") {
		return time.Time{}
	}
	return time.UnixMicro(r.Draw(label, -1, 1<<50)).UTC()
}

func oneOf[T any](r *Run, label string, list ...T) T {
	return list[r.number(label, 0, len(list)-1)]
}
