package scim

import (
	"encoding/json"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// unescape decodes the escapes in the texts of the expression e, in place. The texts are JSON
// strings, and the parser of filters does not decode them. Errors: invalidFilter for a wrong
// escape.
func unescape(e filter.Expression) error {
	switch e := e.(type) {
	case *filter.LogicalExpression:
		if err := unescape(e.Left); err != nil {
			return err
		}
		return unescape(e.Right)
	case *filter.NotExpression:
		return unescape(e.Expression)
	case *filter.ValuePath:
		return unescape(e.ValueFilter)
	case *filter.AttributeExpression:
		text, ok := e.CompareValue.(string)
		if !ok || !strings.Contains(text, `\`) {
			return nil
		}
		if json.Unmarshal([]byte(`"`+text+`"`), &text) != nil {
			return invalidFilter("The filter has a text that is no JSON string.")
		}
		e.CompareValue = text
	}
	return nil
}
