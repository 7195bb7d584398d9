package storage

import "fmt"

// MaxPage is how many items an answer has at most.
const MaxPage = 1000

// PageLimit returns how many items an answer with the limit has at most: the limit, or MaxPage for
// 0. Errors: ErrInvalid for a limit below 0 or above MaxPage.
func PageLimit(limit int) (int, error) {
	switch {
	case limit < 0 || limit > MaxPage:
		return 0, fmt.Errorf("limit %d: %w", limit, ErrInvalid)
	case limit == 0:
		return MaxPage, nil
	}
	return limit, nil
}

// CheckAccounts returns how many accounts Storage.Accounts returns at most. Errors: ErrInvalid for
// a limit that PageLimit refuses, and for a Deleted that is none of the constants.
func CheckAccounts(which Deleted, limit int) (int, error) {
	if which > OnlyDeleted {
		return 0, fmt.Errorf("deleted %d: %w", which, ErrInvalid)
	}
	return PageLimit(limit)
}
