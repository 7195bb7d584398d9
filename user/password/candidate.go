package password

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is the only text that a Candidate prints.
const redacted = "password.Candidate{redacted}"

// Candidate is a new password with facts that a policy needs. fmt, log/slog and encoding/json print
// it as a fixed text. Do not keep a Candidate in an unexported field of a struct that is printed:
// fmt then reads the fields by reflection and prints the password.
type Candidate struct {
	New     string // the password to judge
	Old     string // the present password as the user typed it, "" if none was given; a policy does not verify it
	Confirm string // New once more, "" if none was given
	Own     bool   // users change their own; false for an administrator's reset and for a new user

	// What an attacker would try first. Each may be empty; one of more than MaxBytes is not looked
	// at.
	Login, Display, Email string
	// Context holds more of the kind, such as the name of the service.
	Context []string
}

// Format writes a fixed text for every verb, so that no verb prints the fields by reflection.
func (Candidate) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// MarshalText returns a fixed text.
func (Candidate) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns a fixed text.
func (Candidate) LogValue() slog.Value { return slog.StringValue(redacted) }
