package awsfed

// RuleNames are what the judge asks, for the test that each is broken once.
func RuleNames() []string {
	var names []string
	for i := range rules {
		names = append(names, rules[i].says)
	}
	return names
}
