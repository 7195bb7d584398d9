package user

import (
	"errors"
	"fmt"
	"time"
)

// ErrTime is returned for a time outside the years 1 to 9999, which no text form of a time holds.
var ErrTime = errors.New("user: the time is not in the years 1 to 9999")

// never is the end of a hold on names that does not end: the last whole second of the year 9999.
var never = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// CheckTime returns nil if t is in the years 1 to 9999 in UTC. It returns ErrTime, wrapped, for
// every other time. The zero time is valid.
func CheckTime(t time.Time) error {
	const first, last = -62135596800, 253402300799 // the first and the last second, since 1970
	if s := t.Unix(); s < first || s > last {
		return fmt.Errorf("%w: %d", ErrTime, t.UTC().Year())
	}
	return nil
}

// NormalizeTime returns the time in UTC, in microseconds, without a monotonic reading.
func NormalizeTime(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
