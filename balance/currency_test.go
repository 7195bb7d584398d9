package balance

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster/user"
)

func TestTheCurrencyIsFixedOnceMoneyHasMoved(t *testing.T) {
	for _, tt := range []struct {
		next  Currency
		moved bool
		fixed bool
	}{
		{"USD", false, false}, {"USD", true, false}, {"EUR", false, false}, {"EUR", true, true}, {"", true, true},
	} {
		err := Currency("USD").CheckChange(tt.next, tt.moved)
		if errors.Is(err, ErrCurrency) != tt.fixed || (err == nil) == tt.fixed {
			t.Errorf("from USD to %q, moved %t: %v", tt.next, tt.moved, err)
		}
		var detail *CurrencyError
		if tt.fixed && (!errors.As(err, &detail) || *detail != CurrencyError{Got: tt.next, Want: "USD"}) {
			t.Errorf("detail %+v", detail)
		}
	}
}

// Voximplant parent_accounting: "Whether the user uses the parent account's money, 'false' if the
// user has a separate balance".
func TestAUserWithParentAccountingSpendsTheAccountsMoney(t *testing.T) {
	u := user.User{ID: 7}
	if got := PayerFor(u); got != HolderOf(7) {
		t.Errorf("a separate balance: %s pays", got)
	}
	u.Billing.ParentAccounting = true
	if got := PayerFor(u); got != Account {
		t.Errorf("parent accounting: %s pays", got)
	}
}
