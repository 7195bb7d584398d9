// Package usertable reads users from files that people make: CSV as spreadsheets save it, and JSON
// Lines. It makes a patch of each line and holds no rule about users.
package usertable
