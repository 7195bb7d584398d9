package validate

// Profile selects one of two forms of a vendor's rule.
type Profile uint8

const (
	// Strict is the rule that the vendor meant: alternatives are grouped, A-Za-z replaces A-z,
	// telephone numbers are E.164, and names may use the letters of every language.
	Strict Profile = iota
	// Documented is the rule exactly as the vendor wrote it, including mistakes. It accepts what
	// the vendor accepts. Use Strict for a value that will be put into a log line, a file name or a
	// page.
	Documented
)

// String returns "strict" or "documented".
func (p Profile) String() string {
	if p == Documented {
		return "documented"
	}
	return "strict"
}

// Unit is the unit in which the limits of a rule are counted.
type Unit uint8

const (
	// Bytes counts the bytes of the UTF-8 text.
	Bytes Unit = iota
	// Characters counts Unicode code points.
	Characters
	// Number means that the limits apply to the value of a whole number, and not to its length.
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
