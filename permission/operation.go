package permission

// Operation is a call of a vendor's document, with the actions that it does.
type Operation struct {
	Name    string  // such as "PUT /api/v2/user/watch" or "AddUser"
	Actions Actions // what every such call does
	Also    Actions // what a call also does if its body says so
	Basis   Basis
}
