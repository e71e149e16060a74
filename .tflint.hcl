# All rules of the bundled ruleset: nothing undocumented, untyped or unused.
plugin "terraform" {
  enabled = true
  preset  = "all"
}
