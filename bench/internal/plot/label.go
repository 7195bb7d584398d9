package plot

import (
	"math"
	"strconv"
	"strings"
)

// Times formats a ratio with two significant digits: "1,315×", "23×", "2.0×", "0.14×".
func Times(ratio float64) string { return two(ratio) + "×" }

// Figure formats a number like Times, without trailing zeros: "1,315", "2.3", "2", "0.1".
func Figure(v float64) string {
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

// Duration formats nanoseconds in a fitting unit with three digits: "23.1 ns", "1.20 µs", "345 ms",
// "1.2 s".
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

// grouped inserts commas between the thousands of a decimal number.
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
