package validate

import "strings"

// maxWrittenPhone is the greatest length in bytes of a telephone number with spaces and dashes.
const maxWrittenPhone = 49

// PhoneKey returns the telephone number s as E.164: a plus sign and 7 to 15 digits, of which the
// first is not 0. It removes spaces, dots, hyphens and parentheses: "+31 20-123.45.67" returns
// "+31201234567". PhoneKey does not allocate for a number that is its own key.
//
// A number without its country code is an error (Pattern), because the same digits are another
// telephone in another country. A 0 in parentheses, as in "+31 (0)20 …", is an error (Pattern) too,
// because callers from abroad do not dial that 0.
//
// The error is an *Error with one Problem at the path "": Required, TooLong, InvalidUTF8,
// ControlCharacter or Pattern. The key is then "".
func PhoneKey(s string) (string, error) {
	if Phone.Match(Strict, s) {
		return s, nil
	}
	if len(s) > maxWrittenPhone {
		return "", problemError(TooLong, Params{}.WithInt("max", maxWrittenPhone).WithText("unit", Bytes.String()))
	}
	key := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-()", r) {
			return -1
		}
		return r
	}, s)
	first := strings.TrimLeft(s, " (")
	if strings.IndexAny(first, ".-)") == 0 || strings.Contains(s, "(0)") || !matchE164(key) {
		return "", phoneProblem(s)
	}
	return key, nil
}

// phoneProblem returns an *Error for a text s that is no telephone number. The *Error has one
// problem at the path "": the problem that the rule Phone finds. If the rule finds TooShort,
// TooLong or no problem, the problem is Pattern, with the pattern of E.164.
func phoneProblem(s string) error {
	p, ok := Phone.Check(Strict, "", s)
	if ok || p.Code == TooShort || p.Code == TooLong {
		// The limits are those of the key, not of what was written.
		p = Problem{Code: Pattern, Params: Params{}.WithText("rule", Phone.Name()).WithText("pattern", patternE164)}
	}
	return &Error{Problems: []Problem{p}}
}
