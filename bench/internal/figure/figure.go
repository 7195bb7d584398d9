// Package figure writes numbers, ratios and times with a few digits, as people read them.
package figure

import (
	"math"
	"strconv"
	"strings"
)

// Times formats a ratio with two significant digits: "1,315×", "23×", "2.0×", "0.14×".
func Times(ratio float64) string { return two(ratio) + "×" }

// Number returns v as text. Numbers from 10 become whole numbers with commas, and smaller numbers
// have two significant digits: "1,315", "2.3", "0.14". Number removes trailing zeros of the
// decimals: "2", "0.1".
func Number(v float64) string {
	s := two(v)
	if strings.Contains(s, ".") && !strings.Contains(s, "e") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func two(v float64) string {
	switch {
	case v >= 9.95:
		return grouped(strconv.FormatFloat(math.Round(v), 'f', 0, 64))
	case v >= 0.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 0.0995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}

// Duration returns ns nanoseconds as text with three digits, in ns, µs, ms or s: "23.1 ns", "1.20
// µs", "345 ms". Times below 1 ns have two decimals: "0.05 ns". Times of 1000 seconds or more have
// more digits, with commas.
func Duration(ns float64) string {
	units := []string{"ns", "µs", "ms", "s"}
	i := 0
	for i < len(units)-1 && ns >= 999.5 {
		ns /= 1000
		i++
	}
	digits := 2
	if ns >= 99.95 {
		digits = 0
	} else if ns >= 9.995 {
		digits = 1
	}
	return grouped(strconv.FormatFloat(ns, 'f', digits, 64)) + " " + units[i]
}

// grouped returns the decimal number digits with a comma between each group of three digits of the
// whole part: "1,315.5" for "1315.5". It leaves the decimals unchanged. The number must not have a
// sign.
func grouped(digits string) string {
	whole, rest, _ := strings.Cut(digits, ".")
	if rest != "" {
		rest = "." + rest
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + rest
}
