package balance

// Validate checks what can be checked without knowing the account, as Request.Validate does, and with its errors.
// The amount may be anything but zero.
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

// PlanFunding decides a movement between the world and the account.
//
// Errors, in this order: those of Validate; ErrCurrency, ErrNoRate, ErrOverflow and ErrAmount of the conversion, as
// for Plan; ErrBroken when the account's balance is out of range; ErrInsufficient when more would leave than the
// account has with its overdraft; ErrOverflow when its balance would be beyond MaxUnits.
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

// postWorld moves a signed amount, not zero, from the world into the account.
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
