package record

import "time"

// Row is one row of a result. A destination for a column that can be NULL is a pointer to a
// pointer, or a *[]byte.
type Row interface{ Scan(dest ...any) error }

// Null returns nil, which is NULL, for the zero value, and any other value as it is.
func Null[T string | int64](v T) any {
	if v == *new(T) {
		return nil
	}
	return v
}

// NullTime returns nil, which is NULL, for the zero time.
func NullTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// OrZero returns the zero value for nil, which is NULL.
func OrZero[T any](v *T) T {
	if v == nil {
		return *new(T)
	}
	return *v
}

// utc returns a time in UTC, and the zero time for NULL.
func utc(t *time.Time) time.Time {
	if t == nil || t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
