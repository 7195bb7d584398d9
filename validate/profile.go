package validate

// Profile chooses how a vendor's rule is read.
type Profile uint8

const (
	// Strict is what the rule meant: alternations grouped, A-Za-z for A-z, E.164, the letters of every language.
	Strict Profile = iota
	// Documented is the vendor's rule to the letter, holes included, so that what the vendor accepts is accepted.
	// Values that end in a log line, a file name or a page should be checked under Strict all the same.
	Documented
)

// String returns "strict" or "documented".
func (p Profile) String() string {
	if p == Documented {
		return "documented"
	}
	return "strict"
}

// Unit says what the limits of a rule count.
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
