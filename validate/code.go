package validate

// Code says what is wrong with a value, in a form that a program can act on. The texts are stable.
type Code string

const (
	// Required: the value is missing, or empty where at least one character is needed.
	Required Code = "required"
	// TooShort: fewer bytes or characters than parameter "min".
	TooShort Code = "too_short"
	// TooLong: more bytes or characters than parameter "max".
	TooLong Code = "too_long"
	// Pattern: the value does not match the expression in parameter "pattern".
	Pattern Code = "pattern"
	// InvalidUTF8: the value is not text.
	InvalidUTF8 Code = "invalid_utf8"
	// ControlCharacter: the text holds NUL or another control character that the rule does not allow.
	ControlCharacter Code = "control_character"
	// Invalid: wrong in a way that no other code names.
	Invalid Code = "invalid"
	// OutOfRange: a number below parameter "min" or above parameter "max".
	OutOfRange Code = "out_of_range"
	// Unknown: a well-formed name of something that does not exist, such as a field or a language.
	Unknown Code = "unknown"
	// Duplicate: given twice, or already taken.
	Duplicate Code = "duplicate"
	// ReadOnly: the value cannot be set by a caller.
	ReadOnly Code = "read_only"
	// Conflict: cannot stand together with another value that was given.
	Conflict Code = "conflict"
	// Mismatch: should be equal to another value and is not, such as a confirmed password.
	Mismatch Code = "mismatch"
	// Forbidden: the value is known and well-formed, and not allowed here.
	Forbidden Code = "forbidden"
)
