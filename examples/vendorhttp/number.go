package vendorhttp

import (
	"strconv"
	"strings"
)

// Int returns the value as a whole number, and true. The value may be a text or a JSON number. Int
// accepts decimal digits with or without a minus sign, and a JSON spelling of a whole number, such
// as 4.0 and 4e0. For any other value the second result is false: for example for 4.5, for a plus
// sign before the digits, for a number that int64 cannot hold, and for a boolean, null, a list and
// an object.
func (v Value) Int() (int64, bool) {
	if v.Kind > Number || strings.HasPrefix(v.Text, "+") {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Text, 10, 64)
	if err == nil {
		return n, true
	}
	return scaledInt(v.Text)
}

// Bool returns the value as a boolean. ok is false if the value is not a boolean. Bool accepts a
// JSON boolean, the texts true and false in any case, and a number or text that means 1 (true) or 0
// (false). The number may have a point or an exponent, such as 1.0. For any other value, Bool
// returns false, false.
func (v Value) Bool() (b, ok bool) {
	switch {
	case v.Kind > Bool:
		return false, false
	case v.Text == "1" || strings.EqualFold(v.Text, "true"):
		return true, true
	case v.Text == "0" || strings.EqualFold(v.Text, "false"):
		return false, true
	}
	n, ok := scaledInt(v.Text)
	return n == 1, ok && (n == 0 || n == 1)
}

const (
	maxIntDigits = 19      // of the greatest 64-bit number
	maxExponent  = 1 << 21 // more than a request has digits
)

// scaledInt parses s, a number with a decimal point or an exponent, such as "4.0" or "1e3". It
// returns the number and true if the number is whole and fits in int64. The second result is false
// for digits alone such as "4", for a fraction such as "4.5", for an exponent beyond maxExponent,
// and for any text that is not a number.
func scaledInt(s string) (int64, bool) {
	if !strings.ContainsAny(s, ".eE") {
		return 0, false
	}
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		mantissa = s[:i]
		if exponent, err = strconv.Atoi(s[i+1:]); err != nil || exponent > maxExponent || exponent < -maxExponent {
			return 0, false
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, point := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if whole == "" || point && fraction == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	significant := strings.TrimLeft(digits, "0")
	before := len(whole) - (len(digits) - len(significant)) + exponent // the number of significant digits before the point
	significant = strings.TrimRight(significant, "0")
	switch {
	case significant == "":
		return 0, true
	case before < len(significant) || before > maxIntDigits:
		return 0, false
	}
	significant += strings.Repeat("0", before-len(significant))
	if negative {
		significant = "-" + significant
	}
	n, err := strconv.ParseInt(significant, 10, 64)
	return n, err == nil
}
