package balance

// ReturnRequest asks to move to the account all that users have, because they are deleted.
type ReturnRequest struct {
	Header // without a Key: the deletion of a user cannot be replayed

	// Payees are the users. A user without money takes no part.
	Payees []Payee

	// Account and AccountCurrency are as in Request.
	Account         Units
	AccountCurrency Currency
}

// PlanReturn decides the return of users' money to the account: one posting for each user that has
// any, after which the user has nothing. Users with parent accounting return what they still have.
// It needs no overdraft, since the account only gains.
//
// Errors, in this order:
//   - user.ErrTime for At; ErrText;
//   - ErrCurrency when the account's currency is unknown;
//   - ErrNoPayees without payees; ErrTooManyPayees; ErrPayee for an id that is not positive;
//   - ErrBroken when a balance is out of range;
//   - ErrOverflow when the account's balance would be beyond MaxUnits;
//   - ErrNoPayees when no user has money.
func PlanReturn(r ReturnRequest) (Transfer, error) {
	if err := r.check("", ""); err != nil {
		return Transfer{}, err
	}
	if _, ok := r.AccountCurrency.digits(); !ok {
		return Transfer{}, ErrCurrency
	}
	payees, err := payeeSet(r.Payees)
	if err != nil {
		return Transfer{}, err
	}
	if err := checkPayees(payees, false); err != nil {
		return Transfer{}, err
	}
	b := funds{account: r.Account}
	if err := b.check(); err != nil {
		return Transfer{}, err
	}
	t := r.Header.transfer(Returning, r.AccountCurrency)
	t.Strict, t.AccountDescription, t.UserDescription = true, accountReceivesText, userPaysText
	for _, p := range payees {
		if p.Balance == 0 {
			continue
		}
		posting, _, err := b.post(p, p.Balance, true)
		if err != nil {
			return Transfer{}, err
		}
		t.Postings = append(t.Postings, posting)
	}
	if len(t.Postings) == 0 {
		return Transfer{}, ErrNoPayees
	}
	return t, nil
}
