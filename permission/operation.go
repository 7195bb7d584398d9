package permission

// Operation is a call that a vendor's document names, and what it is here.
type Operation struct {
	Name    string  // "PUT /api/v2/user/watch", "AddUser"
	Actions Actions // what the call always does
	Also    Actions // what it does as well when its body asks for it
	Basis   Basis
}
