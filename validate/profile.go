package validate

// Profile selects one of the two readings of a vendor's rule.
type Profile uint8

const (
	// Strict is the rule that the vendor meant: alternations grouped, A-Za-z for A-z, E.164, the
	// letters of every language.
	Strict Profile = iota
	// Documented is the rule exactly as the vendor wrote it, mistakes included, so it accepts
	// what the vendor accepts. Check a value that is put into a log line, a file name or a page
	// under Strict.
	Documented
)

// String returns "strict" or "documented".
func (p Profile) String() string {
	if p == Documented {
		return "documented"
	}
	return "strict"
}

// Unit is what the limits of a rule count.
type Unit uint8

const (
	// Bytes of UTF-8.
	Bytes Unit = iota
	// Characters are Unicode code points.
	Characters
	// Number limits the value of a whole number and not its length.
	Number
)

// String returns "bytes", "characters" or "number".
func (u Unit) String() string {
	switch u {
	case Characters:
		return "characters"
	case Number:
		return "number"
	}
	return "bytes"
}
