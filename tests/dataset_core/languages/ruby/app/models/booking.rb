# frozen_string_literal: true

require 'set'
require_relative '../services/calendar'

module Hotel
  # A stay of a guest in a room.
  class Booking < ApplicationRecord
    include Auditable
    extend Searchable

    MAX_NIGHTS = 30

    belongs_to :room
    has_many :guests, dependent: :destroy
    validates :arrival, :departure, presence: true
    scope :current, -> { where(departure: Date.current..) }

    attr_accessor :note
    attr_reader :source

    # Books a room, unless somebody else has it.
    def self.book!(room, arrival:, nights: 1, **options, &block)
      raise TooLong.new(nights) if nights > MAX_NIGHTS

      create!(room: room, arrival: arrival, departure: arrival + nights, **options).tap do |booking|
        Calendar.block(room, booking.period)
        BookingMailer.with(booking: booking).confirmation.deliver_later
      end
    end

    def period
      arrival...departure
    end

    def overlaps?(other) = period.overlaps?(other.period)

    private

    def <=>(other)
      arrival <=> other.arrival
    end

    class << self
      def today
        where(arrival: Date.current)
      end
    end
  end

  TooLong = Class.new(StandardError)

  class Suite < Hotel::Room; end
end

def seasons
  %w[spring summer autumn winter]
end
