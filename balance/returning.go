package balance

// ReturnRequest asks to move all money of users to the account, because the users are deleted.
type ReturnRequest struct {
	Header // without a Key: the deletion of a user cannot be replayed

	// Payees are the users. A user without money takes no part.
	Payees []Payee

	// Account and AccountCurrency are as in Request.
	Account         Units
	AccountCurrency Currency
}

// PlanReturn plans a transfer that returns the money of users to the account. It returns the
// transfer with one posting of the whole balance for each user that has money. Users with parent
// accounting and deleted users return their own balance too. PlanReturn changes nothing.
//
// Errors, in this order:
//   - user.ErrTime for At; ErrText
//   - ErrCurrency if the currency of the account is unknown
//   - ErrNoPayees without payees; ErrTooManyPayees; ErrPayee for an id that is not positive
//   - ErrBroken if a balance is out of range
//   - ErrOverflow if the balance of the account would be beyond MaxUnits
//   - ErrNoPayees if no user has money
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
	b := funds{account: r.Account}
	if err := b.checkPayees(payees, false); err != nil {
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
