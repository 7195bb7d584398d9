package user

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// The values of custom attributes are texts, numbers and booleans.

// TextValue returns a text as a value. The empty text is the zero Value. A text that no storage
// keeps, with NUL or not valid UTF-8, becomes a value that no check accepts.
func TextValue(s string) Value {
	if !validate.IsStorable(s) {
		return notScalar
	}
	return textValue(s)
}

// NumberValue returns a number as a value. NaN and infinity become a value that no check accepts.
func NumberValue(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return notScalar
	}
	return Value{strconv.FormatFloat(f+0, 'f', -1, 64)}.trimmed()
}

// BoolValue returns a boolean as a value.
func BoolValue(b bool) Value { return Value{strconv.FormatBool(b)} }

// notScalar is a value that is no text, number or boolean.
var notScalar = Value{"{}"}

// text returns the text of a value that is one.
func (v Value) text() (s string, ok bool) {
	if v.json == "" || v.json[0] != '"' {
		return "", false
	}
	return v.String(), true
}

// number returns v as a float64, and true. It returns false if v is not a number or is too large
// for a float64.
func (v Value) number() (f float64, ok bool) {
	if !v.isNumber() {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.json, 64)
	return f, err == nil
}

func (v Value) isNumber() bool {
	return v.json != "" && (v.json[0] == '-' || '0' <= v.json[0] && v.json[0] <= '9')
}

func (v Value) isBool() bool { return v.json == "true" || v.json == "false" }

// trimmed returns v without zeros at the end of its decimals if v is a number, and 0 for -0. It
// returns any other value unchanged.
func (v Value) trimmed() Value {
	if !v.isNumber() {
		return v
	}
	if strings.IndexByte(v.json, '.') >= 0 {
		v.json = strings.TrimSuffix(strings.TrimRight(v.json, "0"), ".")
	}
	if v.json == "-0" {
		v.json = "0"
	}
	return v
}

// checkScalar returns true if v is a text, a number, a boolean or the zero Value, within
// MaxCustomText characters and MaxCustomDigits digits. Otherwise it returns false and a problem
// without a path: TooLong for a text or a number, else Invalid.
func (v Value) checkScalar() (validate.Problem, bool) {
	if s, ok := v.text(); ok {
		if len(s) > MaxCustomText && utf8.RuneCountInString(s) > MaxCustomText {
			return tooLong("", MaxCustomText, "characters"), false
		}
		return validate.Problem{}, true
	}
	if v.isNumber() {
		digits := len(v.json) - strings.Count(v.json, "-") - strings.Count(v.json, ".")
		if digits > MaxCustomDigits {
			return tooLong("", MaxCustomDigits, "digits"), false
		}
		return validate.Problem{}, true
	}
	return validate.Problem{Code: validate.Invalid}, v.isBool() || v.IsZero()
}
