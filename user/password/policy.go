package password

import (
	"slices"

	"github.com/ca74b63c/roster/validate"
)

// The paths of a policy's problems.
const (
	PathNew     = "/password"
	PathOld     = "/oldPassword"
	PathConfirm = "/confirmPassword"
)

// The codes of a policy's problems, beside those of package validate: Required (the password, the
// old one or the confirmation is missing), TooShort (parameter "min", in characters), TooLong
// (parameter "max", in bytes), InvalidUTF8, ControlCharacter, and Mismatch (the confirmation
// differs).
const (
	MissingUpper   validate.Code = "missing_upper"   // no letter A to Z
	MissingLower   validate.Code = "missing_lower"   // no letter a to z
	MissingDigit   validate.Code = "missing_digit"   // no digit 0 to 9
	MissingSpecial validate.Code = "missing_special" // no ASCII punctuation or symbol
	WhiteSpace     validate.Code = "white_space"     // holds white space
	Blocklisted    validate.Code = "blocklisted"     // on a list of passwords that attackers try first
	Repetitive     validate.Code = "repetitive"      // nothing but repeated or consecutive characters
	ContextWord    validate.Code = "context_word"    // the login or a name, with too little added
	Reused         validate.Code = "used_before"     // one of the passwords that Remembers counts
)

// Policy decides which new passwords are acceptable. It is pure: the same Candidate always gets the
// same result.
type Policy interface {
	// Check returns nil, or a *validate.Error with every problem, at the paths and with the codes
	// of this package. A password of more than MaxBytes has that problem only, since nothing else
	// looks at it.
	Check(c Candidate) error
	// Remembers returns how many earlier passwords the new one may not equal. Policies see no
	// hashes: the caller compares the new password with that many by Hasher.Verify, and returns
	// UsedBefore if one matches.
	Remembers() int
}

// Default returns the policy of a directory without one of its own: NIST with the list of Everyday.
// It follows none of the four vendors, because rules about kinds of characters produce passwords
// that are hard to remember and easy to guess.
func Default() Policy { return NIST(Everyday()) }

// All returns a policy that combines the given policies. All ignores nil policies. Without policies
// the result accepts every password of at most MaxBytes bytes.
//
// Check of the result calls each policy, and returns one *validate.Error with the problems of all
// policies, or nil. Equal problems appear once. An error of a type other than *validate.Error and
// validate.Problem becomes a problem Invalid. For a password of more than MaxBytes bytes Check
// returns TooLong and calls no policy. Remembers returns the greatest number that Remembers of a
// policy returns, or 0.
func All(policies ...Policy) Policy {
	kept := make(all, 0, len(policies))
	for _, p := range policies {
		if p != nil {
			kept = append(kept, p)
		}
	}
	return kept
}

type all []Policy

func (a all) Check(c Candidate) error {
	if len(c.New) > MaxBytes {
		return tooLong() // as each of them would say
	}
	var found validate.Collector
	for _, p := range a {
		if err := p.Check(c); err != nil {
			found.Merge("", err)
		}
	}
	return withoutRepetitions(found.Err())
}

func (a all) Remembers() int {
	most := 0
	for _, p := range a {
		most = max(most, p.Remembers())
	}
	return most
}

// withoutRepetitions removes each problem that equals an earlier one from err, if err is a
// *validate.Error. It changes err and returns err.
func withoutRepetitions(err error) error {
	e, ok := err.(*validate.Error)
	if !ok {
		return err
	}
	kept := e.Problems[:0]
	for _, p := range e.Problems {
		if !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	e.Problems = kept
	return e
}

// Func is a function as a Policy. The function returns nil or a *validate.Error. A nil Func accepts
// every password.
type Func func(Candidate) error

// Check calls f.
func (f Func) Check(c Candidate) error {
	if f == nil {
		return nil
	}
	return f(c)
}

// Remembers returns 0.
func (f Func) Remembers() int { return 0 }

// History is a policy that refuses each of the last n passwords of a user. Check finds no problem,
// because a policy sees no hashes: see Policy.Remembers. Each remembered password costs one Verify
// at the next change.
type History int

// Check returns nil.
func (h History) Check(Candidate) error { return nil }

// Remembers returns h, or 0 if h is negative.
func (h History) Remembers() int { return max(0, int(h)) }

// UsedBefore returns the *validate.Error for a new password that equals a remembered one: code
// Reused at PathNew (Voximplant 535, "Please choose a password that you have not used before").
func UsedBefore() error {
	return &validate.Error{Problems: []validate.Problem{{Path: PathNew, Code: Reused}}}
}

// tooLong returns the error for a password of more than MaxBytes bytes.
func tooLong() error {
	return &validate.Error{Problems: []validate.Problem{{
		Path: PathNew, Code: validate.TooLong, Params: validate.Params{}.WithInt("max", MaxBytes).WithText("of", "bytes"),
	}}}
}

func tooShort(min int) validate.Problem {
	params := validate.Params{}.WithInt("min", int64(min))
	return validate.Problem{Path: PathNew, Code: validate.TooShort, Params: params}
}
