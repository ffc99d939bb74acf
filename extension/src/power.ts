// What a system says of its power supplies. Pure.

export interface PowerSupply {
  /** `Battery`, `Mains`, `USB`, … */
  type: string;
  /** `Discharging`, `Charging`, `Full`, …; empty for what is no battery. */
  status: string;
}

/** By `/sys/class/power_supply` of Linux: https://docs.kernel.org/power/power_supply_class.html */
export function dischargingBySupplies(supplies: readonly PowerSupply[]): boolean {
  return supplies.some(({ type, status }) => type === "Battery" && status === "Discharging");
}

/** By the first line of `pmset -g batt` of macOS. */
export function dischargingByPmset(output: string): boolean {
  return output.split("\n", 1)[0]?.includes("'Battery Power'") ?? false;
}
