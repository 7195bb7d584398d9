package model

import "strings"

// configRevision returns the revision of the last change to the configuration of any user of the
// account. It is the greatest configuration revision of the users.
func (m *Model) configRevision() (latest int) {
	for _, u := range m.users {
		latest = max(latest, atoi(u[".config"]))
	}
	return latest
}

// freshUser returns a stale fault if a precondition of the call does not hold for u, or else nil.
// IfVersion must be the version of u, and IfRevision the current revision of the account. IfSince
// must not be less than the revision of the last change to the configuration of u. IfSince must not
// be greater than the configuration revision of the account before the call.
func (t *tx) freshUser(u Record) error {
	if err := t.checkVersion(atoi(u[".version"])); err != nil {
		return err
	}
	if since := t.how.IfSince; since != nil && (*since > t.configBefore || *since < atoi(u[".config"])) {
		return staleVersion(*since, t.configBefore)
	}
	return nil
}

// stamped returns a copy of the user in the parameter after, with updated revisions. The parameter
// before is the stored user, nil for a new user. These attributes get the revision of the call:
//
//   - .version always
//   - .stamp for a new user, and if the user becomes disabled or deleted or loses a role, which
//     ends the sign-ins of the user
//   - .config if .stamp does, and if any attribute but status, incognito and updated differs
//
// If .stamp or .config does not get this revision, it stays as it is in before.
func (t *tx) stamped(before, after Record) Record {
	next, config, stamp := itoa(t.next()), before[".config"], before[".stamp"]
	ended := after["enabled"] != "" && before["enabled"] == "" || !after.live() && before.live()
	for _, role := range strings.Fields(before["roles"]) {
		ended = ended || !after.has("roles", role)
	}
	if before == nil || ended {
		stamp, config = next, next
	}
	for _, name := range differing(before, after) {
		switch name {
		case "status", "incognito", "updated":
		default:
			config = next
		}
	}
	return after.with(".version", next, ".config", config, ".stamp", stamp)
}
