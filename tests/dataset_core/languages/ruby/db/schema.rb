ActiveRecord::Schema[7.1].define(version: 2024_01_02_000000) do
  create_table "bookings", force: :cascade do |t|
    t.string "guest", null: false
    t.date "arrival"
    t.references :room, foreign_key: true
    t.index ["arrival"], name: "index_bookings_on_arrival"
  end
end
