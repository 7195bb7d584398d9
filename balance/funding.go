package balance

// Validate returns nil if the parts of the request that do not depend on the account are valid.
//
// Errors, in this order: ErrLimits for the overdraft; ErrAmount if there is no amount or the amount
// is zero; user.ErrTime for At; ErrText.
func (r FundingRequest) Validate() error {
	if r.Overdraft < 0 || r.Overdraft > MaxUnits {
		return ErrLimits
	}
	if r.Amount.currency == "" {
		return &AmountError{Fault: Missing}
	}
	if r.Amount.units == 0 {
		return &AmountError{Fault: TooSmall, Minimum: 1}
	}
	return r.check(r.AccountDescription, "")
}

// PlanFunding plans a transfer between World and the account, with one posting. A positive amount
// goes to the account, and a negative amount goes to World. PlanFunding changes nothing.
//
// Errors, in this order:
//
//   - those of Validate
//   - ErrCurrency if the currency of the account is unknown
//   - ErrNoRate; for the converted amount ErrOverflow, or ErrAmount if it is zero
//   - ErrBroken if the balance of the account is out of range
//   - ErrInsufficient if the account would go below its overdraft
//   - ErrOverflow if the balance of the account would be beyond MaxUnits
func PlanFunding(r FundingRequest) (Transfer, error) {
	if err := r.Validate(); err != nil {
		return Transfer{}, err
	}
	amount, rate, err := convert(r.Amount, r.AccountCurrency, r.Rates)
	if err != nil {
		return Transfer{}, err
	}
	b := funds{account: r.Account, floor: -r.Overdraft, currency: r.AccountCurrency}
	posting, err := b.postWorld(amount)
	if err != nil {
		return Transfer{}, err
	}
	t := r.Header.transfer(Funding, r.AccountCurrency)
	t.Requested, t.Rate, t.Strict, t.AccountDescription = r.Amount, rate, true, r.Terms().AccountDescription
	t.Postings = []Posting{posting}
	return t, nil
}

// postWorld returns the posting of the amount from World to the account, or of -amount from the
// account to World if the amount is negative. It does not change b. Errors, in this order:
// ErrBroken if the balance of the account is out of range; a *Shortage if the account cannot pay;
// ErrOverflow if the balance would be beyond MaxUnits.
func (b *funds) postWorld(amount Units) (Posting, error) {
	if err := b.check(); err != nil {
		return Posting{}, err
	}
	if amount > 0 {
		after, err := b.account.Add(amount)
		return Posting{From: World, To: Account, Amount: amount, ToAfter: after}, err
	}
	if b.available() < -amount {
		return Posting{}, b.accountShortage(-amount)
	}
	return Posting{From: Account, To: World, Amount: -amount, FromAfter: b.account + amount}, nil
}
