package balance

import "github.com/ca74b63c/roster/user"

// PlanReversal plans the reversal of the transfer r.Original. It returns a transfer with one
// posting in the opposite direction for each posting of Original. If one posting is not possible,
// PlanReversal returns an error for the whole reversal. It changes nothing.
//
// Errors, in this order:
//
//   - ErrLimits if the overdraft is out of range; user.ErrTime for At; ErrText
//   - ErrBroken if Original does not pass Check
//   - ErrNotReversible if Original is a reversal or a return, moved nothing, or has no id
//   - ErrReversed if Original was reversed before
//   - ErrCurrency if the account has another currency now
//   - ErrPayee if a user of Original is not in Payees
//   - for the first user that cannot be paid: ErrPayee if the user is deleted, ErrParentAccounting
//     if the user has parent accounting
//   - ErrBroken if a balance is out of range
//   - ErrInsufficient if a payer no longer has the money, even if Original was not strict
//   - ErrOverflow if a balance would be beyond MaxUnits
func PlanReversal(r ReversalRequest) (Transfer, error) {
	if err := r.Validate(); err != nil {
		return Transfer{}, err
	}
	orig := r.Original
	if err := orig.Check(); err != nil {
		return Transfer{}, err
	}
	switch {
	case orig.ID == 0 || orig.Kind >= Reversing || len(orig.Postings) == 0:
		return Transfer{}, ErrNotReversible
	case r.ReversedBy != 0:
		return Transfer{}, &ReversedError{Transfer: orig.ID, By: r.ReversedBy}
	case orig.Currency != r.AccountCurrency:
		return Transfer{}, &CurrencyError{Got: r.AccountCurrency, Want: orig.Currency}
	}
	b := funds{account: r.Account, floor: -r.Overdraft, currency: r.AccountCurrency}
	t := r.Header.transfer(Reversing, r.AccountCurrency)
	t.Strict, t.Reverses = true, orig.ID
	terms := r.Terms()
	t.AccountDescription, t.UserDescription = terms.AccountDescription, terms.UserDescription
	if orig.Kind == Funding {
		p := orig.Postings[0]
		amount := p.Amount
		if p.From == World {
			amount = -amount
		}
		posting, err := b.postWorld(amount)
		if err != nil {
			return Transfer{}, err
		}
		t.Postings = []Posting{posting}
		return t, nil
	}
	// All postings have the same amount and direction, because Original passes Check.
	each, usersPay := orig.Postings[0].Amount, orig.Postings[0].From == Account
	payees, err := r.payeesOf(orig)
	if err != nil {
		return Transfer{}, err
	}
	if err := b.checkPayees(payees, !usersPay); err != nil {
		return Transfer{}, err
	}
	if err := b.checkShortage(payees, each, usersPay); err != nil {
		return Transfer{}, err
	}
	t.Postings = make([]Posting, 0, len(payees))
	for _, p := range payees {
		posting, _, err := b.post(p, each, usersPay)
		if err != nil {
			return Transfer{}, err
		}
		t.Postings = append(t.Postings, posting)
	}
	return t, nil
}

// Validate checks the parts of the request that do not depend on the account or the transfer.
//
// Errors, in this order: ErrLimits; user.ErrTime for At; ErrText.
func (r ReversalRequest) Validate() error {
	if r.Overdraft < 0 || r.Overdraft > MaxUnits {
		return ErrLimits
	}
	return r.check(r.AccountDescription, r.UserDescription)
}

// payeesOf returns the payee in r.Payees for each posting of the transfer orig, in the order of the
// postings. Errors: a *PayeeError with ErrPayee for the first user that is in a posting and not in
// r.Payees.
func (r ReversalRequest) payeesOf(orig Transfer) ([]Payee, error) {
	now := make(map[user.ID]Payee, len(r.Payees))
	for _, p := range r.Payees {
		now[p.ID] = p
	}
	payees := make([]Payee, 0, len(orig.Postings))
	for _, posting := range orig.Postings {
		id, _ := posting.User()
		p, found := now[id]
		if !found {
			return nil, &PayeeError{User: id, Err: ErrPayee}
		}
		payees = append(payees, p)
	}
	return payees, nil
}

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
