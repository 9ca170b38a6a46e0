// Package world simulates a B2B SaaS company whose truth is known: the oracle
// of the test suite. In comes a Config, out go the tables a team would export
// and, beside them, the Truth that no team ever has: which desired outcome each
// account pursues, which driver moved its risk, and the exact probability of
// churn at every snapshot. It refuses a configuration that makes no world.
//
// # How an account lives
//
// Time runs in weeks from the account's creation. Each driver d is a hidden
// state x_d that moves as a Gaussian autoregression, hit now and then by a
// planted episode e (a champion leaves, usage drops, a support storm, seats
// grow, we intervene), which adds a jump of known size with a small weekly
// probability p_e:
//
//	x_d(w+1) = φ_d x_d(w) + σ_d ε + Σ_e J_e B_e        ε ~ N(0,1), B_e ~ Bernoulli(p_e)
//
// Most drivers keep .9 of themselves over 90 days. Usage shows the states
// without naming them: a week's count of event type t, which carries driver d,
// is Poisson with a log-normal rate
//
//	ln rate = ln base(outcome, t) + habit + a_t x_d + γ_t ln(seats/14) + season + .25 ε
//
// At the due date T of a renewal the account of outcome k churns with log-odds
//
//	η = b_k + q·[quarterly] + Σ_d β_kd g_d(tenure at T) x_d(T)
//
// where g is 1 but for tickets (they change sign at a tenure of one and a quarter
// years: early questions are engagement, late ones are trouble) and onboarding
// (which fades with tenure). Size, season, sessions and NPS are not in it.
//
// # What was knowable at an as-of date
//
// With n weeks to go, the state at T given the state at the as-of date has
// exactly
//
//	mean     φⁿ x + Σ_e p_e J_e (1−φⁿ)/(1−φ)
//	variance ( σ² + Σ_e p_e(1−p_e) J_e² ) (1−φ²ⁿ)/(1−φ²)
//
// so η is known up to mean m and variance v = Σ (β g)² variance, and the true
// probability is E σ(η) for η ~ N(m, v) (normal but for the few episodes to
// come). It is integrated numerically and written as
//
//	E σ(η) = σ( c m ),   c ≈ 1/√(1 + π v/8)
//
// (the approximation is MacKay's, Neural Computation 4, 1992, and good to about .01):
// what is not yet decided pulls the log-odds towards even, and they stay a sum.
// A driver's share is c β g mean, less its mean over the cluster's snapshots;
// what c does to b_k is the calendar's share; so
//
//	cluster baseline + Σ shares = log-odds of the true probability
//
// to rounding. The cluster's baseline is the mean log-odds of its snapshots.
//
// # What makes it hard, on purpose
//
// The six-pack problem: usage that protects in one cluster means nothing in
// another, and exports protect where the product is for reporting but warn
// where it is for automation. The bulk of the usage (reports viewed, workflows
// run) depends on what an account wants, and not on whether it stays: that shows
// in whether it still builds dashboards and workflows. Sessions and NPS grow
// with size and mean nothing.
// Everyone pauses in August and at Christmas, without effect. Some accounts are
// tracked only from a later date, some events arrive days late, and a new user
// interface shifts session counts at a date while the drivers stay.
package world
