package validate

import (
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Rule is a rule of a vendor, or of this library (vendor "roster"). The constants list all rules.
// The zero value is no rule and matches no value.
type Rule uint8

// spec is one form of a rule: strict or documented.
type spec struct {
	// pattern is the specification, in the syntax of package regexp; "" allows any text. Several
	// expressions joined by " && " must all match.
	pattern string
	// match is equal to pattern for values inside the limits, and false for what is not UTF-8.
	match func(string) bool
	// min and max are counted in the definition's unit, both inclusive.
	min, max int64
}

// definition is one entry of the rule table.
type definition struct {
	name string // the vendor, a period, and the name of a value
	kind
	documented *spec // nil if there is one form only, the strict one
	limit      limit
	source     string // the vendor's sentence, or the reason for a rule of our own
}

// kind is what rules of several vendors have in common.
type kind struct {
	unit   Unit
	isName bool // a name, which is composed (NFC) before anything else looks at it
	// words lists the values of a rule for a few fixed words; "" for any other rule. A value that
	// is none of them is Unknown, whatever its length, because its length is not what is wrong.
	words  string
	valid  string // what a value is and what it may hold, to follow "is not a valid "
	strict spec
}

// limit says whose the upper limit of a rule is.
type limit bool

const (
	own     limit = true // ours, because the vendor documents none
	vendors limit = false
)

// maxDigits is the number of digits of the greatest number, 9223372036854775807.
const maxDigits = 19

func (r Rule) definition() *definition {
	if r < numRules {
		return &definitions[r]
	}
	return &definitions[0]
}

func (d *definition) spec(p Profile) *spec {
	if p == Documented && d.documented != nil {
		return d.documented
	}
	return &d.strict
}

// Rules yields all rules in the order of the table.
func Rules() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for r := Rule(1); r < numRules; r++ {
			if !yield(r) {
				return
			}
		}
	}
}

// RuleByName returns the rule with a name, such as "omnidesk.name", and whether it exists.
func RuleByName(name string) (Rule, bool) {
	for r := range Rules() {
		if definitions[r].name == name {
			return r, true
		}
	}
	return 0, false
}

// Name returns the rule's stable name, such as "omnidesk.name", and "" if r is not a rule.
func (r Rule) Name() string { return r.definition().name }

// String returns the name, or "rule(200)" if r is not a rule.
func (r Rule) String() string {
	if name := r.Name(); name != "" {
		return name
	}
	return "rule(" + strconv.Itoa(int(r)) + ")"
}

// Vendor returns the vendor of the rule: "omnidesk", "voximplant", "liveperson", "genesys", or
// "roster" for a rule of this library.
func (r Rule) Vendor() string {
	vendor, _, _ := strings.Cut(r.Name(), ".")
	return vendor
}

// Source returns the vendor's sentence, or the reason for a rule of this library.
func (r Rule) Source() string { return r.definition().source }

// Unit returns the unit of Min and Max.
func (r Rule) Unit() Unit { return r.definition().unit }

// Limits returns both inclusive limits under a profile, in the rule's Unit. The profiles differ if
// the vendor's limit fits only one country, as with telephone numbers of exactly 12 characters.
func (r Rule) Limits(p Profile) (min, max int64) {
	s := r.definition().spec(p)
	return s.min, s.max
}

// OwnLimit reports whether the upper limit is this library's, because the vendor documents none.
func (r Rule) OwnLimit() bool { return r.definition().limit == own }

// Pattern returns the regular expression (syntax of package regexp) that specifies the rule within
// its limits. "" allows any text. If several expressions are joined by " && ", all must match.
// Besides, the value must be valid UTF-8.
func (r Rule) Pattern(p Profile) string { return r.definition().spec(p).pattern }

// Match reports whether the value is valid under the rule. It does not allocate, but for the first
// value of a rule that runs its expression.
func (r Rule) Match(p Profile, value string) bool {
	d := r.definition()
	return d.judge(d.spec(p), value) == ""
}

// Check returns the zero Problem and true if the value is valid under the rule in the profile p.
// Otherwise it returns the first of the following problems, with the given path, and false. The
// parameters of a problem are in parentheses.
//
//   - Required (rule): the value is "" and the rule requires a value
//   - TooShort (min, unit)
//   - TooLong (max, unit)
//   - InvalidUTF8 (rule)
//   - ControlCharacter (rule)
//   - Pattern (rule, pattern)
//   - OutOfRange (min, max), for numbers
//
// A rule that lists words has only two problems: Required for "" if the rule requires a value, and
// Unknown (rule, words) for a text that is not one of the words. If r is not a rule, the problem is
// Invalid (rule), or TooLong for more than 8191 bytes.
func (r Rule) Check(p Profile, path, value string) (Problem, bool) {
	d := r.definition()
	s := d.spec(p)
	code := d.judge(s, value)
	if code == "" {
		return Problem{}, true
	}
	problem := Problem{Path: path, Code: code, Params: Params{}.WithText("rule", r.String())}
	switch code {
	case TooShort:
		problem.Params = Params{}.WithInt("min", s.min).WithText("unit", d.unit.String())
	case TooLong:
		problem.Params = Params{}.WithInt("max", s.max).WithText("unit", d.unit.String())
		if d.unit == Number {
			problem.Params = Params{}.WithInt("max", maxDigits).WithText("unit", Bytes.String())
		}
	case Unknown:
		problem.Params = problem.Params.WithText("words", d.words)
	case OutOfRange:
		problem = outOfRange(path, s.min, s.max)
	case Pattern:
		problem.Params = problem.Params.WithText("pattern", s.pattern)
	}
	return problem, false
}

// refuse returns an *Error for a value for which the functions for keys, such as EmailKey, find no
// key. The problem is the first one that Rule.Check finds under Strict. If Rule.Check finds none,
// the problem is Invalid, with the name of the rule as its parameter.
func (r Rule) refuse(value string) error {
	p, ok := r.Check(Strict, "", value)
	if ok {
		p = Problem{Code: Invalid, Params: Params{}.WithText("rule", r.String())}
	}
	return &Error{Problems: []Problem{p}}
}

// CheckNumber checks the number n under the rule in the profile p. It returns true, and the zero
// Problem, if n is within the limits. Otherwise it returns false and a problem with the given path:
// OutOfRange (min, max), or Invalid (rule) if the rule's Unit is not Number.
func (r Rule) CheckNumber(p Profile, path string, n int64) (Problem, bool) {
	d := r.definition()
	s := d.spec(p)
	switch {
	case d.unit != Number:
		return Problem{Path: path, Code: Invalid, Params: Params{}.WithText("rule", r.String())}, false
	case n < s.min || n > s.max:
		return outOfRange(path, s.min, s.max), false
	}
	return Problem{}, true
}

// judge returns the code of the first problem of the value, or "" if the value is valid. s is the
// strict or the documented form of the rule d.
func (d *definition) judge(s *spec, value string) Code {
	if d.unit == Number {
		return judgeNumber(s, value)
	}
	if d.words != "" && value != "" {
		if !s.match(value) {
			return Unknown
		}
		return ""
	}
	value = d.composed(s, value)
	if code := d.judgeLength(s, value); code != "" {
		return code
	}
	switch {
	case s.match(value):
		return ""
	case d.name == "":
		return Invalid
	case !utf8.ValidString(value):
		return InvalidUTF8
	case hasControl(value):
		return ControlCharacter
	}
	return Pattern
}

// judgeLength returns Required, TooShort or TooLong if the length of the value is outside of the
// limits of s, else "". It first compares the number of bytes, so that a very long value is refused
// without counting its characters.
func (d *definition) judgeLength(s *spec, value string) Code {
	n, min, max := len(value), int(s.min), int(s.max)
	switch {
	case n == 0 && min > 0:
		return Required
	case n < min:
		return TooShort
	case d.unit == Bytes:
		if n > max {
			return TooLong
		}
	case n > max*utf8.UTFMax:
		return TooLong
	case n > max || min > 1:
		count := utf8.RuneCountInString(value)
		if count > max {
			return TooLong
		}
		if count < min {
			return TooShort
		}
	}
	return ""
}

func judgeNumber(s *spec, value string) Code {
	switch {
	case value == "":
		return Required
	case len(value) > maxDigits:
		return TooLong
	case !utf8.ValidString(value):
		return InvalidUTF8
	case hasControl(value):
		return ControlCharacter
	case !digit.all(value):
		return Pattern
	}
	// 19 digits fit into a uint64.
	if n, _ := strconv.ParseUint(value, 10, 64); n > math.MaxInt64 || int64(n) < s.min || int64(n) > s.max {
		return OutOfRange
	}
	return ""
}
