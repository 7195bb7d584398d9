package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// LoginKey returns the form of the login s that must be unique, by the PRECIS profile
// UsernameCaseMapped (RFC 8265): width mapped, lower case, NFC. Agent1 and agent1 have one key.
// LoginKey does not allocate for a login that is its own key.
//
// The error is an *Error with one Problem at the path "": the problem of the rule Login, or Invalid
// for a login that PRECIS refuses, such as one with a ligature or with mixed directions of writing.
// The key is then "".
func LoginKey(s string) (string, error) {
	if !Login.Match(Strict, s) {
		return "", Login.refuse(s)
	}
	if key, ok := lowerASCII(s); ok {
		// PRECIS allows all printable ASCII but the blank, which Login has refused.
		return key, nil
	}
	key, ok := settled(s, precis.UsernameCaseMapped.String)
	if !ok {
		return "", problemError(Invalid, Params{}.WithText("rule", "precis.username_case_mapped"))
	}
	if !Login.Match(Strict, key) {
		return "", Login.refuse(key)
	}
	return key, nil
}

// lowerASCII returns s in lower case, and false if s has a character beyond ASCII.
func lowerASCII(s string) (string, bool) {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return strings.ToLower(s), true
}

// maxRounds bounds how often a mapping is applied until the text no longer changes. RFC 8264
// section 7 needs at most three rounds. Two rounds are enough for all but a few letters in Fold.
const maxRounds = 8

// settled applies mapping until the text no longer changes. It returns false if mapping fails, or
// if the text still changes after maxRounds rounds.
func settled(s string, mapping func(string) (string, error)) (string, bool) {
	for range maxRounds {
		next, err := mapping(s)
		if err != nil {
			return "", false
		}
		if next == s {
			return s, true
		}
		s = next
	}
	return s, false
}

// EmailKey returns the form of the e-mail address s that must be unique: NFC and lower case. The
// part before the @ is in lower case too, because no provider in use distinguishes Name from name.
// EmailKey does not allocate for an address that is its own key.
//
// EmailKey refuses an address with a letter beyond ASCII that lower case or NFC would change into
// an ASCII letter. An example is "miKe" with a Kelvin sign instead of the K. Its key would be mike,
// so its owner could take over the address of mike.
//
// The error is an *Error with one Problem at the path "": the problem of the rule Email for s or
// for the key, or Invalid if the rule accepts both. The key is then "".
func EmailKey(s string) (string, error) {
	if !Email.Match(Strict, s) {
		return "", Email.refuse(s)
	}
	if key, ok := lowerASCII(s); ok {
		return key, nil
	}
	for _, r := range s {
		if r >= 0x80 && (unicode.ToLower(r) < 0x80 || norm.NFC.String(string(r))[0] < 0x80) {
			return "", Email.refuse(s)
		}
	}
	key, ok := settled(s, func(s string) (string, error) {
		return norm.NFC.String(strings.ToLower(norm.NFC.String(s))), nil
	})
	if !ok || !Email.Match(Strict, key) {
		return "", Email.refuse(key)
	}
	return key, nil
}

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

// phoneProblem returns an *Error with the problem of the rule Phone for s, which is no telephone
// number. It returns Pattern in place of TooShort and TooLong. Their limits count the digits of the
// key, which is the number without spaces and punctuation, and so they do not fit s.
func phoneProblem(s string) error {
	p, ok := Phone.Check(Strict, "", s)
	if ok || p.Code == TooShort || p.Code == TooLong {
		// The limits are those of the key, not of what was written.
		p = Problem{Code: Pattern, Params: Params{}.WithText("rule", Phone.Name()).WithText("pattern", patternE164)}
	}
	return &Error{Problems: []Problem{p}}
}

// FullNameKey returns the form of the full name s that must be unique: NFC, with one space between
// words and none at the ends. Case counts, because two people may be called de Boer and De Boer.
//
// The error is an *Error with one Problem at the path "": the problem of the rule FullName, or
// Required if the name is only white space. The key is then "".
func FullNameKey(s string) (string, error) {
	if !FullName.Match(Strict, s) {
		return "", FullName.refuse(s)
	}
	key := strings.Join(strings.FieldsFunc(norm.NFC.String(s), unicode.IsSpace), " ")
	if !FullName.Match(Strict, key) {
		return "", FullName.refuse(key)
	}
	return key, nil
}

// Fold returns s in a form for searches: NFKC and without case. A name contains a searched text if
// Fold of the name contains Fold of the text. So a search for strasse finds STRASSE and Straße. A
// composed é and a decomposed é are equal. Accents count: e does not find é. Invalid UTF-8 becomes
// U+FFFD. Fold(Fold(s)) equals Fold(s). Fold folds each ASCII character alone. It returns
// lower-case ASCII as it is, without an allocation.
//
// Use Fold only for searches. For uniqueness use LoginKey, EmailKey or FullNameKey.
func Fold(s string) string {
	if key, ok := lowerASCII(s); ok {
		return key
	}
	fold := cases.Fold()
	folded, _ := settled(strings.ToValidUTF8(s, "\uFFFD"), func(s string) (string, error) {
		return norm.NFKC.String(fold.String(norm.NFKC.String(s))), nil
	})
	return folded
}

// Compose returns a name in Unicode NFC: a letter followed by a combining accent becomes one
// character. Rules for names compose a value before they check it.
func Compose(s string) string {
	for i := range len(s) {
		// No character below U+0300 takes part in a composition, except as its first; from there on
		// a character begins with 0xCC or more in UTF-8.
		if s[i] >= 0xCC {
			return norm.NFC.String(s)
		}
	}
	return s
}

// maxDecomposed is the greatest number of bytes of a composed value for each character or byte that
// the rule allows. It bounds the cost of composing.
const maxDecomposed = 16

// composed returns the value in NFC if the rule is for names, and the value itself for any other
// rule. It also returns the value itself if the value is too long in every form.
func (d *definition) composed(s *spec, value string) string {
	if !d.isName || int64(len(value)) > maxDecomposed*s.max {
		return value
	}
	return Compose(value)
}
