package storage

import "fmt"

// MaxPage is the most items that one answer has.
const MaxPage = 1000

// PageLimit returns how many items an answer has at most that is asked for with a limit: the limit, or MaxPage for 0.
// Errors: ErrInvalid if it is below 0 or above MaxPage.
func PageLimit(limit int) (int, error) {
	switch {
	case limit < 0 || limit > MaxPage:
		return 0, fmt.Errorf("limit %d: %w", limit, ErrInvalid)
	case limit == 0:
		return MaxPage, nil
	}
	return limit, nil
}
