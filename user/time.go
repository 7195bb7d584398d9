package user

import (
	"errors"
	"fmt"
	"time"
)

// ErrTime is returned for a time outside the years 1 to 9999, which no text form of a time holds.
var ErrTime = errors.New("user: the time is not in the years 1 to 9999")

// never is the time until which a name is held that is never freed: the last whole second that
// there can be.
var never = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// CheckTime returns nil for a time in the years 1 to 9999 (UTC), the zero time among them. Errors:
// ErrTime.
func CheckTime(t time.Time) error {
	const first, last = -62135596800, 253402300799 // the first and the last second, since 1970
	if s := t.Unix(); s < first || s > last {
		return fmt.Errorf("%w: %d", ErrTime, t.UTC().Year())
	}
	return nil
}

// NormalizeTime returns the time as the model keeps it: UTC, microseconds, no monotonic reading.
func NormalizeTime(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
