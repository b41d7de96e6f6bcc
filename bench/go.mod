module github.com/gatepost/gatepost/bench

go 1.26.0

require (
	github.com/crewjam/saml v0.5.1
	github.com/gatepost/gatepost v0.0.0
)

replace github.com/gatepost/gatepost => ../
