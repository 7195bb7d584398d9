// Package validate holds the rules that a contact-centre user's values must keep, and the canonical keys by which
// two spellings of one login, e-mail address, telephone number or language are known to be the same.
//
// Every rule is a value: a name, a vendor, limits, and a regular expression that stands in the source as the
// specification. What runs is a matcher written by hand; tests prove it equal to the expression. A rule exists in
// two profiles. Documented is the vendor's rule to the letter, with its holes. Strict, the zero value, is what the
// rule meant.
//
//	var c validate.Collector
//	c.Check(validate.Login, validate.Strict, "/login", login)
//	c.Check(validate.PersonName, validate.Strict, "/names/first", first)
//	c.Range("/agent/maxChats", maxChats, 0, 1000)
//	if err := c.Err(); err != nil {
//		return err // an *Error with every problem: path, code, parameters
//	}
//
// All problems are reported at once. A problem never holds the value that caused it, so it can be logged and sent
// back even where the value is a password. Length is checked before anything else, so that a mebibyte of hostile
// input costs less than a microsecond.
//
// The package does no input or output, keeps no state, and does not ask whether a value is taken, whether a mailbox
// exists or whether somebody may set a value: the first is a matter of the store, the last of package permission.
package validate
