package model

// createAccount creates the account with the settings a.
func (m *Model) createAccount(a Record, how How) (Record, error) {
	_, err := m.try(how, func(t *tx) error {
		if t.account != nil {
			return taken("account", 0)
		}
		if err := t.checkVersion(0); err != nil {
			return err
		}
		a = a.with("created", t.at(), ".version", itoa(t.next()))
		t.account = a
		t.record(Change{Type: "account.updated"})
		return nil
	})
	return a, err
}

// updateAccount replaces the settings. The currency cannot change once the account has transfers.
func (m *Model) updateAccount(a Record, how How) (Record, error) {
	_, err := m.try(how, func(t *tx) error {
		if err := t.checkVersion(atoi(t.account[".version"])); err != nil {
			return err
		}
		if a["currency"] != t.account["currency"] && len(t.transfers) > 0 {
			return badCurrency
		}
		a = a.with("created", t.account["created"], ".version", itoa(t.next()))
		t.account = a
		t.record(Change{Type: "account.updated"})
		return nil
	})
	return a, err
}

// gives has the role that each profile gives its users, "" if it gives none. The opening of a
// sequence creates the profiles.
var gives = map[string]string{"1": "agent", "2": "agent_manager", "3": ""}
