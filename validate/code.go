package validate

// Code is the kind of a problem. The values are stable, so programs can compare them.
type Code string

const (
	// Required: the value is missing, or is empty and must not be.
	Required Code = "required"
	// TooShort: fewer bytes or characters than parameter "min".
	TooShort Code = "too_short"
	// TooLong: more bytes or characters than parameter "max".
	TooLong Code = "too_long"
	// Pattern: the value does not match the expression in parameter "pattern".
	Pattern Code = "pattern"
	// InvalidUTF8: the text is not valid UTF-8.
	InvalidUTF8 Code = "invalid_utf8"
	// ControlCharacter: the text has a control character, such as NUL, that the rule does not
	// allow.
	ControlCharacter Code = "control_character"
	// Invalid: the value is wrong, and no other code fits.
	Invalid Code = "invalid"
	// OutOfRange: the number is below parameter "min" or above parameter "max".
	OutOfRange Code = "out_of_range"
	// Unknown: the value names something that does not exist, such as a field or a language.
	Unknown Code = "unknown"
	// Duplicate: the value occurs twice in the input, or another user has it.
	Duplicate Code = "duplicate"
	// ReadOnly: a caller cannot set the value.
	ReadOnly Code = "read_only"
	// Conflict: the value contradicts another value of the input.
	Conflict Code = "conflict"
	// Mismatch: the value differs from a value that it must equal, such as a confirmed password.
	Mismatch Code = "mismatch"
	// Forbidden: the value is valid but not allowed here.
	Forbidden Code = "forbidden"
)
