// Package validate holds the rules for the values of a contact-center user, and the canonical
// keys that are equal for two spellings of one login, e-mail address, full name or telephone
// number.
//
// A Rule is a value: a name, a vendor, limits, and a regular expression as its specification. The
// rules that each user must pass run code written by hand, which tests prove equal to the
// expression. The rules that a vendor's request checks once run the expression. A rule has two
// profiles. Documented is the rule exactly as the vendor wrote it, mistakes included. Strict,
// the zero value, is the rule that the vendor meant.
//
//	var c validate.Collector
//	c.Check(validate.Login, validate.Strict, "/login", login)
//	c.Check(validate.PersonName, validate.Strict, "/names/first", first)
//	c.Range("/agent/maxChats", maxChats, 0, 1000)
//	if err := c.Err(); err != nil {
//		return err // an *Error with every problem: path, code, parameters
//	}
//
// An error lists all problems at once. A problem never holds the value that caused it, so it can
// be logged and returned even if the value is a password. The length is checked first, so to
// refuse a mebibyte takes less than a microsecond.
//
// The package has no I/O and no state. It does not know whether a value is taken (package
// storage), whether a mailbox exists, or who may set a value (package permission).
package validate
