variable "pattern" {
  description = "One of a|b, as a regular expression."
  type        = string
  default     = "^(a|b)$"
}

variable "steps" {
  description = "Steps that a long sentence tells about, with more words than a table should have to hold in one of its cells, at least where there is a section below it. As members such as a:..., b:... or c. More."
  type        = list(tuple([string, number]))
  default = [
    ["first", 1],
    ["second", 2],
  ]
}

variable "text" {
  description = "A text."
  type        = string
  default     = <<-EOT
    one
      two
  EOT
}

variable "short_object" {
  description = "Fits into the table."
  type        = object({ a = string })
  default     = { a = "x" }
}

variable "delivery" {
  description = <<-EOT
    Who brings it. And more.
    - `by_hand`: somebody does, with a sentence that is long enough to have no room in a table, and that a table would tear apart,
      however it was written, so that it is only below.
    - `never`
  EOT
  type = object({
    by_hand = optional(bool, false)
    never   = optional(bool, false)
  })
  default = {}
}
