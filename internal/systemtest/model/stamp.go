package model

import "strings"

// configRevision returns the revision that last changed the configuration of any user.
func (m *Model) configRevision() (latest int) {
	latest = m.config
	for _, u := range m.users {
		latest = max(latest, atoi(u[".config"]))
	}
	return latest
}

// freshUser returns a fault if the call expects another version or another configuration of the
// user.
func (t *tx) freshUser(u Record) error {
	if err := t.checkVersion(atoi(u[".version"])); err != nil {
		return err
	}
	if since := t.how.IfSince; since != nil && (*since > t.configBefore || *since < atoi(u[".config"])) {
		return staleVersion(*since, t.configBefore)
	}
	return nil
}

// stamped returns the user after the call with updated revisions: .version, .config if the
// configuration changed, and .stamp if sign-ins end. If the call set a password, .stamp already has
// the next revision.
func (t *tx) stamped(before, after Record) Record {
	next, config, stamp := itoa(t.next()), before[".config"], before[".stamp"]
	ended := after["password"] == "" && before["password"] != "" || // dropped
		after["enabled"] != "" && before["enabled"] == "" ||
		!after.live() && before.live() || after[".erased"] != before[".erased"]
	for _, role := range strings.Fields(before["roles"]) {
		ended = ended || !after.has("roles", role)
	}
	if before == nil || ended || after[".stamp"] == next {
		stamp, config = next, next
	}
	for _, name := range differing(before, after) {
		switch name {
		case "status", "statusLock", "reservations", "updated", "incognito", "views", "statistics":
		default:
			config = next
		}
	}
	return after.with(".version", next, ".config", config, ".stamp", stamp)
}
