package storage

import (
	"errors"
	"math"
	"testing"
)

func TestPageLimit(t *testing.T) {
	for limit, want := range map[int]int{0: MaxPage, 1: 1, MaxPage: MaxPage} {
		if got, err := PageLimit(limit); got != want || err != nil {
			t.Errorf("limit %d: %d, %v", limit, got, err)
		}
	}
	for _, limit := range []int{-1, MaxPage + 1, math.MinInt, math.MaxInt} {
		if _, err := PageLimit(limit); !errors.Is(err, ErrInvalid) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

func TestCheckAccounts(t *testing.T) {
	if got, err := CheckAccounts(OnlyDeleted, 3); got != 3 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	if _, err := CheckAccounts(OnlyDeleted+1, 3); !errors.Is(err, ErrInvalid) {
		t.Errorf("another Deleted: %v", err)
	}
	if _, err := CheckAccounts(NotDeleted, -1); !errors.Is(err, ErrInvalid) {
		t.Errorf("another limit: %v", err)
	}
}
